import type { MilestoneDesk } from '../app/index.ts';

/** The emoji whose names stand in cards. */
const EMOJI: Readonly<Record<string, string>> = {
  ':email:': '✉️',
  ':bird:': '🐦',
  ':gift:': '🎁',
  ':memo:': '📝',
  ':telephone_receiver:': '📞',
  ':tada:': '🎉',
};

function withEmoji(line: string): string {
  return line.replace(/:[a-z0-9_+'-]+:/, (name) => EMOJI[name] ?? name);
}

const ITEM = /^- /;
const NUMBERED = /^\d+\. /;

/** A paragraph of the card: its first line, and what is listed below it. */
function Part({
  lines,
  reasons,
}: {
  readonly lines: readonly string[];
  readonly reasons: readonly string[];
}) {
  const [first = '', ...rest] = lines;
  if (rest.length === 0) return <p class="lead">{first}</p>;
  const isNumbered = rest.every((line) => NUMBERED.test(line));
  const items = rest.map((line, place) => (
    <li>
      {withEmoji(line.replace(isNumbered ? NUMBERED : ITEM, ''))}
      {reasons[place] === undefined ? null : <div class="quiet small">{reasons[place]}</div>}
    </li>
  ));
  return (
    <>
      <h3>{first}</h3>
      {isNumbered ? <ol>{items}</ol> : <ul>{items}</ul>}
    </>
  );
}

/** What people are told of a milestone, the same lines as in Slack, and why these ideas. */
export function MilestoneCardSection({ card, ideas, withheld, customer, milestone }: MilestoneDesk) {
  const { customerId } = milestone;
  const reasons = ideas.map(({ reason }) => reason);
  return (
    <section class="card span-6">
      <div class="card-head">
        <h2>
          <span aria-hidden="true">🏆</span> Customer Milestone:{' '}
          <a href={`/customers/${encodeURIComponent(customerId)}`}>{customer?.name ?? customerId}</a>
        </h2>
      </div>
      {card.map(({ id, lines }) => (
        <Part lines={lines} reasons={id === 'ideas' ? reasons : []} />
      ))}
      {withheld.length === 0 ? null : (
        <>
          <h3>Held back:</h3>
          <ul>
            {withheld.map(({ text, reason }) => (
              <li>
                {text}
                <div class="quiet small">{reason}</div>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
