/** Where a performance stands in a list. */
export interface Standing {
  /** From 1. */
  readonly place: number;
  readonly performanceId: string;
}

/** Nobody looks further. */
const longest = 100;

/** Places by tickets sold; as many tickets are the same place. What has none, all given back, has no place. */
export function placesByTickets(tickets: ReadonlyMap<string, number>): Standing[] {
  const sold = [...tickets]
    .filter(([, count]) => count > 0)
    .toSorted(([a, most], [b, more]) => more - most || (a < b ? -1 : 1))
    .slice(0, longest);
  return sold.map(([performanceId, count]) => ({
    place: 1 + sold.findIndex(([, other]) => other === count),
    performanceId,
  }));
}

/**
 * One list out of the box office, which has places and no numbers, and what is booked here. A performance counts with the
 * better of its two places, of equal ones the box office's comes first, and the places are numbered anew. Where nothing
 * is booked here the box office stands as it is.
 */
export function mergeCharts(boxOffice: readonly Standing[], booked: readonly Standing[]): readonly Standing[] {
  if (booked.length === 0) return boxOffice;
  const ordered = [
    ...boxOffice.map((standing) => ({ ...standing, source: 0 })),
    ...booked.map((standing) => ({ ...standing, source: 1 })),
  ].toSorted((a, b) => a.place - b.place || a.source - b.source);
  // A set keeps the first of two, which is the better one.
  const ids = new Set(ordered.map(({ performanceId }) => performanceId));
  return Array.from(ids, (performanceId, index) => ({ place: index + 1, performanceId }));
}
