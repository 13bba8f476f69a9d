/** What stands for a picture that comes without words, where there has to be some text. */
export const WORDLESS = 'picture';
