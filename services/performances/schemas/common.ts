import { z } from 'zod';

export const genres = ['play', 'musical', 'concert', 'classical', 'traditional', 'dance', 'circus', 'mixed'] as const;
export const genre = z.enum(genres).meta({ description: 'Genre', examples: ['musical'] });
export type Genre = z.output<typeof genre>;

/** The first-level regions of Korea, as KOPIS names them, by short English names. */
export const regions = [
  'seoul',
  'busan',
  'daegu',
  'incheon',
  'gwangju',
  'daejeon',
  'ulsan',
  'sejong',
  'gyeonggi',
  'gangwon',
  'chungbuk',
  'chungnam',
  'jeonbuk',
  'jeonnam',
  'gyeongbuk',
  'gyeongnam',
  'jeju',
] as const;
export const region = z.enum(regions).meta({ description: 'Region of Korea', examples: ['seoul'] });
export type Region = z.output<typeof region>;

/** Derived from the dates and the clock whenever it is asked for, never stored. */
export const states = ['upcoming', 'running', 'ended', 'cancelled'] as const;
export const state = z.enum(states).meta({ description: 'Derived from the dates, in Asia/Seoul' });
export type State = z.output<typeof state>;

/** Compared as text everywhere, so it is written in one way. */
const id = () => z.uuid().toLowerCase();

export const performanceId = id().meta({ examples: ['0193e3a0-7b3c-7000-8000-5f1a2b3c4d5e'] });
export const sessionId = id().meta({ examples: ['0193e3a0-7b3c-7000-8000-6f1a2b3c4d5e'] });
export const venueId = id().meta({ examples: ['0193e3a0-7b3c-7000-8000-7f1a2b3c4d5e'] });
export const hallId = id().meta({ examples: ['0193e3a0-7b3c-7000-8000-8f1a2b3c4d5e'] });
export const seatMapId = id().meta({ examples: ['0193e3a0-7b3c-7000-8000-9f1a2b3c4d5e'] });

/** Text as it is kept: composed (NFC), and whole characters only, since JSON in a database takes no half of one. */
export const text = (min: number, max: number) =>
  z
    .string()
    .trim()
    .normalize('NFC')
    .min(min)
    .max(max)
    .refine((given) => given.isWellFormed(), 'has half a character in it');
export const shortText = text(1, 200);
export const longText = text(0, 20_000);

/** Korean is what the show is called; English where it has one. */
export const title = z
  .object({ ko: shortText, en: shortText.optional() })
  .meta({ description: 'Title', examples: [{ ko: '겨울 정원의 햄릿', en: 'Hamlet in the Winter Garden' }] });

export const date = z.iso.date().meta({ description: 'Day in Asia/Seoul', examples: ['2026-12-24'] });
export const instant = z.iso
  .datetime({ offset: true })
  .meta({ description: 'Instant with offset', examples: ['2026-12-24T19:30:00+09:00'] });
/** Whole won. */
export const won = z
  .int()
  .min(0)
  .max(100_000_000)
  .meta({ description: 'Won', examples: [140_000] });

/** When tickets of a session are sold, and to whom: in a presale or to everybody. */
export const saleWindow = z.object({
  kind: z.enum(['presale', 'general']),
  name: z.string().nullable(),
  opensAt: instant,
  closesAt: instant,
});

export const pageLimit = z.coerce.number().int().min(1).max(100).default(20);
export const cursor = z.string().max(500).meta({ description: '`next` of the page before' });
