export interface Holiday {
  /** ISO date. */
  readonly date: string;
  readonly name: string;
}

const solar: readonly (readonly [monthDay: string, name: string])[] = [
  ['01-01', '1월1일'],
  ['03-01', '삼일절'],
  ['05-05', '어린이날'],
  ['06-06', '현충일'],
  ['08-15', '광복절'],
  ['10-03', '개천절'],
  ['10-09', '한글날'],
  ['12-25', '기독탄신일'],
];

/** By the Korean lunar calendar, with how many days before and after are free too. */
const lunar: Readonly<Record<string, readonly [name: string, around: number]>> = {
  '1/1': ['설날', 1],
  '4/8': ['부처님오신날', 0],
  '8/15': ['추석', 1],
};

const dangi = new Intl.DateTimeFormat('en-u-ca-dangi', { month: 'numeric', day: 'numeric', timeZone: 'UTC' });
const dayMs = 86_400_000;

/** Public holidays of a year, in order. Substitute holidays are not among them. */
export function holidaysOf(year: number): readonly Holiday[] {
  const holidays = solar.map(([monthDay, name]) => ({ date: `${year}-${monthDay}`, name }));
  for (let day = Date.UTC(year, 0, 1); day < Date.UTC(year + 1, 0, 1); day += dayMs) {
    const found = lunar[dangi.format(day)];
    if (!found) continue;
    const [name, around] = found;
    for (let offset = -around; offset <= around; offset += 1) {
      holidays.push({ date: new Date(day + offset * dayMs).toISOString().slice(0, 10), name });
    }
  }
  return holidays.toSorted((one, other) => (one.date < other.date ? -1 : 1));
}
