import { PlainPage, renderDocument } from './plain-page.tsx';

export interface ErrorParts {
  readonly message: string;
  readonly fix: string;
  readonly requestId: string;
}

/** What went wrong, what to do, and by which id the log knows it. */
export function renderErrorPage({ message, fix, requestId }: ErrorParts): string {
  return renderDocument(
    <PlainPage title="Something is in the way">
      <h1>{message}</h1>
      <p>{fix}</p>
      <p>
        <a href="/">To the first page</a>, or load this one again.
      </p>
      <p>
        Request <code>{requestId}</code>
      </p>
    </PlainPage>,
  );
}
