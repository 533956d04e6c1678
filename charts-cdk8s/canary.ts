/** How a new revision of a workload takes over, and the names by which its parts know each other. */
export const canary = {
  /** Subsets of the DestinationRule. Both have the workload's labels; the controller adds the revision's hash. */
  subsets: { stable: 'stable', canary: 'canary' },
  /** The one route in the VirtualService of a workload's revisions, whose weights the controller changes. */
  route: 'revisions',
  /** The route that the controller adds for testers, and takes away at the end. */
  previewRoute: 'canary-preview',
  /** With this header a request goes to the canary, whatever the weights. */
  previewHeader: { name: 'x-ticketaka-preview', value: 'canary' },
  /** Of the requests, in percent; after each the canary is judged. */
  weights: [5, 25, 50],
  /** Share of answers that are not a server's failure. */
  successRate: 0.99,
  /** The 99th percentile of the time of an answer. */
  p99Milliseconds: 1000,
  /** By how much a larger share of the requests for seats and money may be turned down than by the revision before. */
  moreBusinessFailures: 0.05,
} as const;

/** The Service of a workload's newest revision. */
export function canaryServiceOf(workload: string): string {
  return `${workload}-canary`;
}

/** The VirtualService that splits a workload's requests between its revisions. */
export function revisionsOf(workload: string): string {
  return `${workload}-revisions`;
}
