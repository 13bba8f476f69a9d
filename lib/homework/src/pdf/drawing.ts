/** A drawing as SVG, with what its author says it shows. */
export interface Drawing {
  readonly svg: string;
  readonly words: string;
}

/** A drawing, or why there is none, as a page gives it back. */
export type Drawn = Drawing | { readonly wrong: string };
