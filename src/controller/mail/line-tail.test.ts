import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LineTail } from './line-tail.ts';

/** A file in memory, and what was asked of it. */
class Paper {
  inode = 1;
  bytes: Buffer | null = Buffer.alloc(0);
  reads = 0;
  longest = 0;

  readonly files = {
    facts: () => (this.bytes === null ? null : { inode: this.inode, size: this.bytes.length, modified: 0 }),
    read: (_: string, offset: number, most: number) => {
      this.reads++;
      const part = this.bytes?.subarray(offset, offset + most) ?? Buffer.alloc(0);
      this.longest = Math.max(this.longest, part.length);
      return part;
    },
  };

  add(text: string): void {
    this.bytes = Buffer.concat([this.bytes ?? Buffer.alloc(0), Buffer.from(text)]);
  }
}

const follow = () => {
  const paper = new Paper();
  return { paper, tail: new LineTail('talk.jsonl', paper.files) };
};

describe('LineTail', () => {
  test('hands out whole lines, each once, however they are written', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string().map((text) => text.replaceAll('\n', ' '))),
        fc.infiniteStream(fc.nat({ max: 40 })),
        (lines, cuts) => {
          const { paper, tail } = follow();
          const whole = Buffer.from(lines.map((line) => `${line}\n`).join(''));
          const seen: string[] = [];
          for (let at = 0; at < whole.length; ) {
            const to = at + 1 + (cuts.next().value as number);
            paper.bytes = whole.subarray(0, to);
            seen.push(...tail.look());
            at = to;
          }
          expect(seen).toEqual(lines.map((line) => Buffer.from(line).toString()));
        },
      ),
    );
  });

  test('does not open what did not grow', () => {
    const { paper, tail } = follow();
    paper.add('one\ntw');
    expect(tail.look()).toEqual(['one']);
    const { reads } = paper;
    expect([tail.look(), tail.look(), paper.reads]).toEqual([[], [], reads]);
    paper.add('o\n');
    expect(tail.look()).toEqual(['two']);
  });

  test('begins anew with a file that was cut, replaced, or was gone', () => {
    const { paper, tail } = follow();
    paper.add('one\ntwo\n');
    tail.look();
    paper.bytes = Buffer.from('3\n');
    expect(tail.look()).toEqual(['3']);
    paper.inode = 2;
    paper.bytes = Buffer.from('another\nfile\n');
    expect(tail.look()).toEqual(['another', 'file']);
    paper.bytes = null;
    expect(tail.look()).toEqual([]);
    paper.bytes = Buffer.from('back\n');
    expect(tail.look()).toEqual(['back']);
  });

  test('reads the end of a long file, and no half line of it', () => {
    const { paper, tail } = follow();
    const line = 'x'.repeat(99_999);
    paper.add(`${line}\n`.repeat(50));
    paper.add('the newest\n');
    expect(tail.look()).toEqual([line, line, 'the newest']);
    expect(paper.longest).toBeLessThanOrEqual(256 * 1024);
  });

  test('passes over a line too long to be held, whatever it takes to be written', () => {
    const { paper, tail } = follow();
    paper.add('before\n');
    const seen = [...tail.look()];
    for (let part = 0; part < 20; part++) {
      paper.add('y'.repeat(100_000));
      seen.push(...tail.look());
    }
    paper.add('its end\nafter\n');
    seen.push(...tail.look());
    expect(seen).toEqual(['before', 'after']);
    expect(paper.longest).toBeLessThanOrEqual(256 * 1024);
  });
});
