/** A picture that goes with an e-mail: shown in it, and as a file to keep. */
export interface Picture {
  /** RFC 2392, without angle brackets: the HTML part names it `cid:…`. */
  readonly contentId: string;
  readonly file: string;
  readonly png: Uint8Array;
}
