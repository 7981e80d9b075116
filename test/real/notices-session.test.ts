import { describe, expect } from 'vitest';
import { Service, slackAnswer } from '../support/services.ts';
import { test } from '../support/test.ts';
import { until } from '../support/until.ts';

/** A crew with one agent that works and one that dies until it is broken. */
const crew = (notices: object) =>
  JSON.stringify({
    version: 1,
    session: 'garden',
    layout: 'grid',
    defaults: { stop: { keys: [], timeout: '900ms' } },
    agents: {
      kaede: { command: ['sleep', '1000'] },
      momiji: {
        command: ['sh', '-c', 'exit 3'],
        restart: { backoff: 'off', breaker: { exits: 3, within: '1m' } },
      },
    },
    notices,
  });

describe('notices of a session', () => {
  test('an agent becomes broken, and Slack hears of it', async ({ project }) => {
    const slack = await new Service(slackAnswer).start();
    try {
      project.writeText(
        crew({
          channels: { team: { slack: { url: '${SLACK_WEBHOOK}' } } },
          rules: [{ events: ['agent.broken'], to: ['team'] }],
          group_wait: '100ms',
        }),
      );
      const env = { ...project.env, SLACK_WEBHOOK: slack.url('/services/T0/B0/sesame') };
      await project.cli(['up', '--no-attach'], { env });
      await until(
        'the notice',
        () => slack.bodies,
        (bodies) => bodies.length > 0,
      );
      expect(slack.bodies).toEqual([
        {
          text: expect.stringMatching(
            /^🔴 garden: momiji: is broken: died 3 times within 60 s, last: exit(ed with)? .*3/,
          ),
          mrkdwn: false,
          unfurl_links: false,
          unfurl_media: false,
        },
      ]);
      expect(slack.asked[0]?.path).toBe('/services/T0/B0/sesame');
    } finally {
      await slack.close();
    }
  });
});
