import type { Region } from '../../schemas/common.ts';
import { parseRegion } from '../parse/fields.ts';
import { misunderstood, type Result, understood } from '../parse/result.ts';
import type { Fields } from '../source/xml.ts';
import { FieldReader, type Reading } from './record.ts';

export interface CollectedVenue {
  readonly sourceId: string;
  readonly name: string;
  readonly region: Region;
  readonly address: string;
  readonly phone: string | null;
  readonly url: string | null;
  readonly latitude: number | null;
  readonly longitude: number | null;
}

export function readVenue(sourceId: string, fields: Fields): Reading<CollectedVenue> {
  const reader = new FieldReader(fields);
  const name = reader.needed('fcltynm', shortText);
  const address = reader.needed('adres', shortText);
  const region = address === undefined ? undefined : reader.needed('adres', parseRegion);
  const latitude = reader.optional('la', degrees(90), null);
  const longitude = reader.optional('lo', degrees(180), null);
  const { misread } = reader;
  if (name === undefined || address === undefined || region === undefined) return { value: undefined, misread };
  const value = {
    sourceId,
    name,
    region,
    address,
    phone: reader.text('telno').slice(0, 30) || null,
    url: webAddress(reader.text('relateurl')),
    latitude,
    longitude,
  };
  return { value, misread };
}

export function shortText(text: string): Result<string> {
  const given = text.normalize('NFC').replace(/\s+/gu, ' ').trim();
  if (given === '') return misunderstood(text, 'blank');
  return given.length > 200 ? misunderstood(text, 'longer than 200 characters') : understood(given);
}

function degrees(most: number) {
  return (text: string): Result<number | null> => {
    // Zero is what KOPIS sends for unknown; Korea is nowhere near it.
    if (text === '' || Number(text) === 0) return understood(null);
    const value = Number(text);
    return Math.abs(value) <= most ? understood(value) : misunderstood(text, 'not degrees');
  };
}

/** People leave the scheme out, or write a name instead; what is no address is nothing. */
function webAddress(text: string): string | null {
  const candidate = /^https?:\/\//iu.test(text) ? text : `http://${text}`;
  if (text === '' || text.length > 2000 || !URL.canParse(candidate)) return null;
  return new URL(candidate).hostname.includes('.') ? candidate : null;
}
