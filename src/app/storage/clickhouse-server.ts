import { TenureError } from '../../base/index.ts';
import { type ClickhouseEngine, type ClickhousePlace, openClickhouse } from '../../engines/index.ts';

/** The server of TENURE_CLICKHOUSE_URL, reached when it is needed first. */
export class ClickhouseServer {
  readonly #url: string | undefined;
  readonly #cluster: string | undefined;
  #opened: Promise<ClickhouseEngine> | null = null;

  /** @param cluster the name of the cluster that the server is part of */
  constructor(url: string | undefined, cluster: string | undefined) {
    this.#url = url;
    this.#cluster = cluster;
  }

  /** A connection in a place of its own. */
  async connect(place: ClickhousePlace = {}): Promise<ClickhouseEngine> {
    const url = this.#url?.trim() ?? '';
    if (url === '')
      throw new TenureError('DATABASE_URL_MISSING', {
        name: 'TENURE_CLICKHOUSE_URL',
        example: 'http://user:password@host:8123',
      });
    const cluster = this.#cluster;
    this.#opened ??= openClickhouse({
      url,
      ...(cluster === undefined ? {} : { cluster: { name: cluster } }),
    });
    return (await this.#opened).connectTo(place);
  }
}
