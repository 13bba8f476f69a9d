/** A tweet and its class id. */
export interface LabelledTweet {
  readonly text: string;
  readonly label: number;
}
