import { boot } from 'jasmine-core';

// `describe`, `it` and `expect` have to be global before the specs are read.
boot();
