import { TenureError } from '../../base/index.ts';
import { type ClickhouseEngine, type ClickhousePlace, openClickhouse } from '../../engines/index.ts';

/** The server of TENURE_CLICKHOUSE_URL, reached when it is needed first. */
export class ClickhouseServer {
  readonly #url: string | undefined;
  #opened: Promise<ClickhouseEngine> | null = null;

  constructor(url: string | undefined) {
    this.#url = url;
  }

  /** A connection in a place of its own. */
  async connect(place: ClickhousePlace = {}): Promise<ClickhouseEngine> {
    const url = this.#url?.trim() ?? '';
    if (url === '')
      throw new TenureError('DATABASE_URL_MISSING', {
        name: 'TENURE_CLICKHOUSE_URL',
        example: 'http://user:password@host:8123',
      });
    this.#opened ??= openClickhouse({ url });
    return (await this.#opened).connectTo(place);
  }
}
