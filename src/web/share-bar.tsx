/** A bar of a share, 0 to 1; with the rest of it in grey where that is something. */
export function ShareBar({ share, hasRest = false }: { readonly share: number; readonly hasRest?: boolean }) {
  const width = (100 * Math.min(Math.max(share, 0), 1)).toFixed(1);
  return (
    <svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      {hasRest ? <rect class="lost" width="100" height="8" rx="1" /> : null}
      <rect width={width} height="8" rx="1" />
    </svg>
  );
}
