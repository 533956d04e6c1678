import type { ReservationServer } from './reservation-server.ts';

/** The value of a series in all processes together. @param label `outcome="admitted"` */
export async function sumOf(server: Pick<ReservationServer, 'measured'>, name: string, label = ''): Promise<number> {
  const lines = (await server.measured()).split('\n').filter((line) => line.startsWith(`ticketaka_${name}{`));
  return lines
    .filter((line) => line.includes(label))
    .reduce((total, line) => total + Number(line.slice(line.lastIndexOf(' '))), 0);
}
