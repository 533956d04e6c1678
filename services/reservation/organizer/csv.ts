/**
 * What a spreadsheet would take for the beginning of a formula, or skip to find one (OWASP, CSV injection). East Asian ones
 * take the full-width signs for the others.
 */
const formula = /^[=+\-@\t\r\n＝＋－＠]/;
/** Without it Excel takes UTF-8 for the code page of the machine. */
const byteOrderMark = '\u{feff}';

/** A line of RFC 4180. Each cell is text and stays text, whatever opens it. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

/** The beginning of a file. */
export function csvHeader(cells: readonly string[]): string {
  return byteOrderMark + csvLine(cells);
}

function csvCell(text: string): string {
  const safe = formula.test(text) ? `'${text}` : text;
  return /[",\r\n\t]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
