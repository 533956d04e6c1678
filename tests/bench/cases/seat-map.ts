import { join } from 'node:path';
import { demoSeatMaps } from '../../../local/demo/index.ts';
import { countUnits } from '../../../services/performances/domain/seat-map.ts';
import { SessionSeatMap } from '../../../services/performances/schemas/catalogue.ts';
import { decodeRuns } from '../../../services/performances/schemas/run-length.ts';
import type { BenchCase } from '../harness.ts';
import { inventedDocuments } from './catalogue-data.ts';
import { startChildServer } from './child-server.ts';
import { emptyLoad, getLoad, noContentFigure } from './get-load.ts';
import { SearchData } from './search-data.ts';
import { stadiumShow } from './stadium-show.ts';

const file = join(import.meta.dirname, 'catalogue-server.ts');

export const seatMap: BenchCase = {
  name: 'seat-map',
  summary: 'a seat map of 50 000 units to clients that have it (304), against our own route that answers {}',
  unit: 'requests/s of CPU',
  target: { bound: 'at least', ratio: 0.8 },
  async prepare() {
    const catalogue = await startChildServer(file);
    const [document] = inventedDocuments(new SearchData(1));
    const stadium = demoSeatMaps().find(({ map }) => countUnits(map) === 50_000);
    if (!document || !stadium) throw new Error('there is no stadium');
    const { id, sessions } = stadiumShow(document, stadium.map);
    const [session] = sessions;
    const url = `${catalogue.url}/api/performances/${id}/sessions/${session?.id}/seat-map`;

    async function get(headers: Readonly<Record<string, string>>) {
      const started = performance.now();
      const response = await fetch(url, { headers });
      return { response, body: Buffer.from(await response.arrayBuffer()), ms: performance.now() - started };
    }
    const first = await get({ 'accept-encoding': 'br' });
    const plain = await get({ 'accept-encoding': 'identity' });
    const said = SessionSeatMap.parse(JSON.parse(plain.body.toString('utf8')));
    const right =
      JSON.stringify(said.map) === JSON.stringify(stadium.map) &&
      first.response.headers.get('content-encoding') === 'br' &&
      first.body.equals(plain.body) &&
      said.units === 50_000 &&
      [...decodeRuns(said.gradeRuns)].length === 50_000;
    const etag = first.response.headers.get('etag') ?? '';
    const lengths = await Promise.all(['br', 'gzip'].map((encoding) => lengthOf(url, encoding)));

    return {
      async subject() {
        const asked = await getLoad(catalogue, { urls: [url], headers: { 'if-none-match': etag }, status: 304 });
        return { ...asked, correct: asked.correct && right };
      },
      reference: () => emptyLoad(catalogue),
      figures: async () => ({
        ...(await noContentFigure(catalogue)),
        'bytes of the body': plain.body.length,
        'bytes compressed (br)': lengths[0] ?? Number.NaN,
        'bytes compressed (gzip)': lengths[1] ?? Number.NaN,
        'ms for the first answer': Math.round(first.ms),
      }),
      close: () => catalogue.stop(),
    };
  },
};

/** Of the body as it is sent. */
async function lengthOf(url: string, encoding: string): Promise<number> {
  const response = await fetch(url, { headers: { 'accept-encoding': encoding } });
  await response.arrayBuffer();
  return Number(response.headers.get('content-length'));
}
