import { Page, type PageFrame, renderPage } from './page-shell.tsx';

/** What went wrong, in words, and what can be done. */
export interface MessagePageData {
  readonly frame: Omit<PageFrame, 'children'>;
  readonly text: string;
  readonly fix: string;
  readonly requestId: string | null;
}

/** A page that says that something is not there, or went wrong. */
export function renderMessagePage({ frame, text, fix, requestId }: MessagePageData): string {
  return renderPage(
    <Page {...frame}>
      <div class="head">
        <h1>{frame.title}</h1>
      </div>
      <p>{text}</p>
      <p>{fix}</p>
      <p>
        <a class="button" href={frame.path}>
          Try again
        </a>{' '}
        <a class="button" href="/">
          To the first page
        </a>
      </p>
      {requestId === null ? null : <p class="quiet small">{`Request ${requestId}`}</p>}
    </Page>,
  );
}
