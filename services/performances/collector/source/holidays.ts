import { parseDate } from '../parse/fields.ts';
import { createSource, SourceFailure, type SourceOptions } from './source.ts';
import { childrenOf, fieldsOf } from './xml.ts';

export interface Holiday {
  /** ISO date. */
  readonly date: string;
  readonly name: string;
}

/** The public holidays of Korea, by the Korea Astronomy and Space Science Institute on data.go.kr. */
export interface Holidays {
  ofYear(year: number, signal: AbortSignal): Promise<readonly Holiday[]>;
}

export function createHolidays(options: Omit<SourceOptions, 'name'>): Holidays {
  const source = createSource({
    ...options,
    name: 'holidays',
    keyName: 'serviceKey',
    refusalOf(document) {
      const [header] = [...childrenOf(document, 'cmmMsgHeader'), ...childrenOf(document, 'header')].map(fieldsOf);
      const code = header?.['returnReasonCode'] ?? header?.['resultCode'];
      if (code === '00') return undefined;
      return `${code ?? ''} ${header?.['returnAuthMsg'] ?? header?.['resultMsg'] ?? 'no header'}`.trim();
    },
  });
  return {
    async ofYear(year, signal) {
      // A year has about twenty; a hundred are never two pages.
      const query = { solYear: String(year), numOfRows: '100', pageNo: '1' };
      const document = await source.read('getRestDeInfo', query, signal);
      const items = childrenOf(document, 'body')
        .flatMap((body) => childrenOf(body, 'items'))
        .flatMap((list) => childrenOf(list, 'item'))
        .map(fieldsOf);
      return items
        .filter((item) => item['isHoliday'] === 'Y')
        .map((item) => {
          const date = parseDate(item['locdate'] ?? '');
          if (!date.ok) throw new SourceFailure(`holidays: ${date.fault.fragment} is ${date.fault.reason}`);
          return { date: date.value, name: (item['dateName'] ?? '').slice(0, 100) };
        });
    },
  };
}
