/**
 * One binary tree as plain data. Split `i` sends a row left where its value of the feature is at most the threshold; a
 * missing value goes where `missingLeft` says. A child of at least 0 is a split, one below 0 the leaf `~child`. Split 0 is
 * the root; a tree without splits has one leaf.
 */
export interface Tree {
  /** Per split: the place of its feature in the features of the ensemble. */
  readonly feature: readonly number[];
  readonly threshold: readonly number[];
  readonly missingLeft: readonly boolean[];
  readonly left: readonly number[];
  readonly right: readonly number[];
  /** By how much the split lowers the loss, twice the log loss in nats. */
  readonly gain: readonly number[];
  /** What the node would say if it were a leaf, in log-odds. */
  readonly splitValue: readonly number[];
  /** Training rows that reach the node. */
  readonly splitCover: readonly number[];
  /** Log-odds. */
  readonly leafValue: readonly number[];
  /** Training rows that reach the leaf. */
  readonly leafCover: readonly number[];
}

/** Trees that add up: the margin (log-odds) of a row is the bias and the sum of its leaves, in the order of the trees. */
export interface TreeEnsemble {
  /** Names of the features, in the order in which the splits number them. */
  readonly features: readonly string[];
  /** Log-odds. */
  readonly bias: number;
  readonly trees: readonly Tree[];
}
