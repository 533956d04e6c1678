import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { deviceName } from './device-name.ts';

const webkit = 'AppleWebKit/537.36 (KHTML, like Gecko)';
const windows = `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webkit}`;
const android = `Mozilla/5.0 (Linux; Android 15; SM-S931N) ${webkit}`;
const iphone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)';
const mac = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)';

describe('the name of a device', () => {
  it.each([
    [`${windows} Chrome/140.0.0.0 Safari/537.36`, 'Chrome · Windows'],
    [`${windows} Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0`, 'Edge · Windows'],
    [`${windows} Chrome/140.0.0.0 Whale/4.33.325.17 Safari/537.36`, 'Whale · Windows'],
    [`${mac} Version/18.5 Safari/605.1.15`, 'Safari · macOS'],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox · Linux'],
    [`${android} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36`, 'Samsung Internet · Android'],
    [`${iphone} Version/18.5 Mobile/15E148 Safari/604.1`, 'Safari · iPhone'],
    [`${iphone} Mobile/15E148 KAKAOTALK 25.6.0`, 'KakaoTalk · iPhone'],
    [`${iphone} CriOS/140.0.0.0 Mobile/15E148 Safari/604.1`, 'Chrome · iPhone'],
    ['curl/8.14.1', 'curl'],
    ['', 'Unknown'],
    [undefined, 'Unknown'],
  ])('of %j is %j', (userAgent, name) => {
    expect(deviceName(userAgent)).toBe(name);
  });

  it('is short, whatever the client sends', () => {
    fc.assert(fc.property(fc.string({ maxLength: 2000 }), (text) => deviceName(text).length <= 40));
  });
});
