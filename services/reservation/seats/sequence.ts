const changesPerEpoch = 2 ** 32;
/** Beyond it a sequence number were no safe integer any more. */
export const lastEpoch = 2 ** 21 - 1;

/** One number of epoch and count, so that numbers of a later epoch are greater. */
export const sequenceOf = (epoch: number, count: number): number => epoch * changesPerEpoch + count;

/** As the stream and the scripts write it: `<epoch>-<n>`. */
export const sequenceText = (sequence: number): string =>
  `${Math.floor(sequence / changesPerEpoch)}-${sequence % changesPerEpoch}`;
