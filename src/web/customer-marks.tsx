/** How a state is shown: never by its colour alone. */
interface Look {
  readonly tone: 'good' | 'warn' | 'bad' | 'quiet';
  readonly icon: string;
}

const LOOKS: Readonly<Record<string, Look>> = {
  Excellent: { tone: 'good', icon: '✓' },
  Stable: { tone: 'good', icon: '✓' },
  'At Risk': { tone: 'warn', icon: '▲' },
  Critical: { tone: 'bad', icon: '✕' },
  low: { tone: 'good', icon: '✓' },
  medium: { tone: 'quiet', icon: '◆' },
  high: { tone: 'warn', icon: '▲' },
  critical: { tone: 'bad', icon: '✕' },
  warning: { tone: 'warn', icon: '▲' },
  'to celebrate': { tone: 'warn', icon: '★' },
  drafted: { tone: 'quiet', icon: '✎' },
  approved: { tone: 'quiet', icon: '→' },
  'unsure whether sent': { tone: 'bad', icon: '?' },
  sent: { tone: 'good', icon: '✓' },
  celebrated: { tone: 'good', icon: '✓' },
  skipped: { tone: 'quiet', icon: '–' },
  revoked: { tone: 'quiet', icon: '✕' },
};

/** A state as a word with its icon: a health band, a tier, how far a celebration is. */
export function Mark({ word }: { readonly word: string }) {
  const { tone, icon } = LOOKS[word] ?? { tone: 'quiet', icon: '•' };
  return (
    <span class={`badge ${tone}`}>
      <span aria-hidden="true">{icon}</span> {word}
    </span>
  );
}
