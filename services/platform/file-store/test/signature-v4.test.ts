import { expect, it } from '@jest/globals';
import { faultOf } from './signature-v4.ts';

/** AWS, "Signature Calculations for the Authorization Header", example "GET Object". */
const example = {
  method: 'GET',
  url: '/test.txt',
  headers: {
    authorization:
      'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,' +
      'SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,' +
      'Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    host: 'examplebucket.s3.amazonaws.com',
    range: 'bytes=0-9',
    'x-amz-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    'x-amz-date': '20130524T000000Z',
  },
};
const known = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  region: 'us-east-1',
};
const nothing = Buffer.of();

it("takes the signature of AWS's own example", () => {
  expect(faultOf(example, nothing, known)).toBeUndefined();
});

it('refuses another method, path, header, body or secret under the same signature', () => {
  expect(faultOf({ ...example, method: 'PUT' }, nothing, known)).toBe('SignatureDoesNotMatch');
  expect(faultOf({ ...example, url: '/test.txt?x=1' }, nothing, known)).toBe('SignatureDoesNotMatch');
  const headers = { ...example.headers, range: 'bytes=0-10' };
  expect(faultOf({ ...example, headers }, nothing, known)).toBe('SignatureDoesNotMatch');
  expect(faultOf(example, Buffer.from('x'), known)).toBe('XAmzContentSHA256Mismatch');
  expect(faultOf(example, nothing, { ...known, secretAccessKey: 'other' })).toBe('SignatureDoesNotMatch');
});
