import type { DemoPerformance, DemoVenue } from '../demo/index.ts';

/** A performance as KOPIS tells it, element by element. `broken` is for records whose detail is not even XML. */
export interface PerformanceRecord {
  readonly mt20id: string;
  readonly mt10id: string;
  readonly prfnm: string;
  readonly prfpdfrom: string;
  readonly prfpdto: string;
  readonly fcltynm: string;
  readonly prfcast: string;
  readonly prfcrew: string;
  readonly prfruntime: string;
  readonly prfage: string;
  readonly entrpsnm: string;
  readonly pcseguidance: string;
  readonly poster: string;
  readonly sty: string;
  readonly area: string;
  readonly genrenm: string;
  readonly openrun: 'Y' | 'N';
  readonly cancelled: boolean;
  readonly dtguidance: string;
  readonly popularity: number;
  readonly broken?: boolean;
}

export interface VenueRecord {
  readonly mt10id: string;
  readonly fcltynm: string;
  readonly mt13cnt: number;
  readonly sidonm: string;
  readonly gugunnm: string;
  readonly opende: number;
  readonly telno: string;
  readonly relateurl: string;
  readonly adres: string;
  readonly la: number;
  readonly lo: number;
}

const genres = {
  play: '연극',
  musical: '뮤지컬',
  concert: '대중음악',
  classical: '서양음악(클래식)',
  traditional: '한국음악(국악)',
  dance: '무용(서양/한국무용)',
  circus: '서커스/마술',
  mixed: '복합',
} as const;

/** `shcate` and `catecode` of KOPIS. */
export const genreCodes: Readonly<Record<string, string>> = {
  AAAA: '연극',
  GGGA: '뮤지컬',
  CCCD: '대중음악',
  CCCA: '서양음악(클래식)',
  CCCC: '한국음악(국악)',
  BBBC: '무용(서양/한국무용)',
  EEEB: '서커스/마술',
  EEEA: '복합',
};

export function venueRecord(venue: DemoVenue): VenueRecord {
  const [sidonm = '', gugunnm = ''] = venue.address.split(' ');
  return {
    mt10id: venue.id,
    fcltynm: venue.name,
    mt13cnt: venue.halls.length,
    sidonm,
    gugunnm,
    opende: 2005,
    telno: venue.phone,
    relateurl: venue.url,
    adres: venue.address,
    la: venue.latitude,
    lo: venue.longitude,
  };
}

export function performanceRecord(performance: DemoPerformance, venue: DemoVenue): PerformanceRecord {
  const { ko, en } = performance.title;
  return {
    mt20id: performance.id,
    mt10id: performance.venueId,
    prfnm: `${ko} (${en})`,
    prfpdfrom: dotted(performance.startDate),
    prfpdto: dotted(performance.endDate),
    fcltynm: `${venue.name} (${performance.hall})`,
    prfcast: performance.cast.length > 0 ? `${performance.cast.join(', ')} 등` : '',
    prfcrew: performance.crew.join(', '),
    prfruntime: performance.runningTime,
    prfage: performance.age,
    entrpsnm: performance.producer,
    pcseguidance: performance.prices,
    poster: `http://posters.example/${performance.id}.gif`,
    sty: performance.synopsis,
    area: venue.address.split(' ')[0] ?? '',
    genrenm: genres[performance.genre],
    openrun: performance.openRun ? 'Y' : 'N',
    cancelled: false,
    dtguidance: performance.schedule,
    popularity: performance.popularity,
  };
}

export function dotted(date: string): string {
  return date.replaceAll('-', '.');
}
