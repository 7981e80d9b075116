import { describe, expect, it } from 'vitest';
import { mailServer, webAddress } from './service-address.ts';

describe('the address of a web service', () => {
  it.each([
    ['https://hooks.slack.com/services/a', true, true],
    ['http://127.0.0.1:8080/a', true, true],
    ['http://[::1]/a', true, true],
    ['http://localhost/a', true, true],
    ['http://192.168.1.2/a', true, false],
    ['http://127.0.0.1.example.org/a', true, false],
    ['http://192.168.1.2/a', false, true],
    ['ftp://a/b', false, false],
    ['file:///etc/passwd', false, false],
    ['hooks.slack.com', true, false],
    ['', true, false],
  ])('%s, secret %s: %s', (text, secret, ok) => expect(webAddress(text, secret).ok).toBe(ok));

  it('is repeated in no sentence', () => {
    for (const text of ['http://sesame.example/sesame', 'sesame', 'ftp://sesame'])
      expect(JSON.stringify(webAddress(text, true))).not.toContain('sesame');
  });
});

describe('the address of a mail server', () => {
  it.each([
    [
      'smtps://hana@mail.example',
      { host: 'mail.example', port: 465, secure: true, user: 'hana', password: null, mustEncrypt: true },
    ],
    ['smtp://mail.example', { port: 587, secure: false, user: null, mustEncrypt: true }],
    ['smtp://hana%40b:p%3A1@mail.example:25', { port: 25, user: 'hana@b', password: 'p:1' }],
    ['smtp://127.0.0.1:25', { mustEncrypt: false }],
    ['smtp://[::1]', { host: '::1', mustEncrypt: false }],
  ])('%s', (text, expected) => expect(mailServer(text)).toMatchObject({ ok: true, value: expected }));

  it.each(['mail.example', 'https://mail.example', 'smtp://', 'smtps://a:%zz@b', ''])('%j is none', (text) =>
    expect(mailServer(text)).toEqual({ ok: false, why: expect.stringMatching(/^the (?:name|mail server)/) }),
  );
});
