import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LayoutSpec } from '../protocol/index.ts';
import { arrange, drawPlan } from './index.ts';

const spec: LayoutSpec = {
  name: 'small',
  description: '',
  minPane: { width: 10, height: 3 },
  root: {
    column: [
      { agents: 'grid', columns: 2, most: 3 },
      { pane: 'dashboard', size: 3 },
    ],
  },
};
const crew = ['conductor', 'kaede', 'sakura', 'tsubaki'];

describe('drawPlan', () => {
  it('draws panes with their names and sizes, a picture a window', () => {
    const plans = arrange(spec, crew, { width: 40, height: 14 });
    expect(drawPlan(plans, { unicode: true, labels: { kaede: 'カエデ' } })).toBe(
      `
window 1 of 2, 40x14: 3 agents + dashboard
┌────────────────────┬───────────────────┐
│                    │                   │
│     conductor      │      カエデ       │
│        20x5        │       19x5        │
│                    │                   │
│                    │                   │
├────────────────────┴───────────────────┤
│                                        │
│                 sakura                 │
│                  40x4                  │
│                                        │
├────────────────────────────────────────┤
│               dashboard                │
│                  40x3                  │
│                                        │
└────────────────────────────────────────┘

window 2 of 2, 40x14: 1 agent
┌────────────────────────────────────────┐
│                                        │
│                                        │
│                                        │
│                                        │
│                                        │
│                                        │
│                tsubaki                 │
│                 40x14                  │
│                                        │
│                                        │
│                                        │
│                                        │
│                                        │
│                                        │
└────────────────────────────────────────┘`.trimStart(),
    );
  });

  it('keeps to ASCII when asked, and shortens names that do not fit, not at their end', () => {
    const [plan] = arrange(spec, ['a-rather-long-name', 'b'], { width: 21, height: 7 });
    expect(drawPlan(plan === undefined ? [] : [plan], { unicode: false })).toBe(
      `
window, 21x7: 2 agents + dashboard
+----------+----------+
|a-rath.ame|    b     |
|   10x3   |   10x3   |
|          |          |
+----------+----------+
|      dashboard      |
|        21x3         |
|                     |
+---------------------+`.trimStart(),
    );
  });

  it('draws to scale what is wider than the picture', () => {
    const picture = drawPlan(arrange(spec, crew, { width: 400, height: 100 }), { unicode: false, columns: 60 });
    const lines = picture.split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBe(60);
    expect(picture).toContain('400x3');
  });

  it('lets no label move the cursor', () => {
    const [plan] = arrange(spec, ['x'], { width: 30, height: 9 });
    const picture = drawPlan(plan === undefined ? [] : [plan], {
      unicode: true,
      labels: { x: 'a\u001b[31m\nb\u0007' },
    });
    expect(picture).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/u);
    expect(picture.split('\n')).toHaveLength(12);
  });

  it('draws anything at any size, no line wider than the picture', () => {
    const size = fc.record({ width: fc.integer({ min: 1, max: 300 }), height: fc.integer({ min: 1, max: 80 }) });
    const names = fc.array(fc.stringMatching(/^[a-z][a-z0-9-]{0,31}$/), { maxLength: 12 });
    const labels = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(size, names, labels, (terminal, agents, label) => {
        const plans = arrange(spec, agents, terminal);
        for (const line of drawPlan(plans, { unicode: true, columns: 70 }).split('\n')) {
          expect(line.length).toBeLessThanOrEqual(70);
        }
        const any = Object.fromEntries(agents.map((name) => [name, label]));
        expect(drawPlan(plans, { unicode: true, labels: any })).not.toContain('undefined');
      }),
    );
  });
});
