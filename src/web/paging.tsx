/** Rows on a page of a list of milestones. */
const ROWS_PER_PAGE = 25;
const MOST_PAGES = 100_000;

/** The number of a page in an address, from 1; what it cannot mean is the first. */
export function parsePage(text: string | null | undefined): number {
  const page = Number(text ?? '1');
  return Number.isInteger(page) && page >= 1 && page <= MOST_PAGES ? page : 1;
}

/** A page of a list, and how many there are. Beyond the last one is the last one. */
export interface CutPage<Item> {
  readonly items: readonly Item[];
  readonly page: number;
  readonly pages: number;
}

/**
 * Cuts a page out of a list that is there as a whole.
 *
 * @example
 * cutPage(thirtyRows, 2); // { items: the last five, page: 2, pages: 2 }
 */
export function cutPage<Item>(items: readonly Item[], wanted: number): CutPage<Item> {
  const pages = Math.max(1, Math.ceil(items.length / ROWS_PER_PAGE));
  const page = Math.min(wanted, pages);
  return { items: items.slice((page - 1) * ROWS_PER_PAGE, page * ROWS_PER_PAGE), page, pages };
}

export interface PagingProps {
  /** What has pages, for those who do not see it. */
  readonly label: string;
  readonly page: number;
  readonly pages: number;
  /** The address of a page. */
  readonly link: (page: number) => string;
}

/** The way to the page before and to the next one; nothing where there is one page. */
export function Paging({ label, page, pages, link }: PagingProps) {
  if (pages <= 1 && page === 1) return null;
  return (
    <nav class="paging" aria-label={label}>
      {page > 1 ? (
        <a class="button" rel="prev" href={link(Math.min(page - 1, Math.max(pages, 1)))}>
          ← Before
        </a>
      ) : null}
      <span class="quiet">{`Page ${page} of ${pages}`}</span>
      {page < pages ? (
        <a class="button" rel="next" href={link(page + 1)}>
          Next →
        </a>
      ) : null}
    </nav>
  );
}
