import { Page, type PageFrame } from './page-shell.tsx';

/** What could not be done, in words. */
export interface Problem {
  readonly message: string;
  /** What to do about it. */
  readonly fix: string;
}

/** A page that says what went wrong, what to do, and where to go on. */
export function ProblemPage(props: {
  readonly frame: PageFrame;
  readonly problem: Problem;
  readonly next: { readonly path: string; readonly title: string };
}) {
  const { frame, problem, next } = props;
  return (
    <Page {...frame}>
      <div class="head">
        <h1>{frame.title}</h1>
      </div>
      <div class="card empty">
        <p>{problem.message}</p>
        <p>{problem.fix}</p>
        <p>
          <a href={next.path}>{next.title}</a>
        </p>
      </div>
    </Page>
  );
}
