import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { mulberry32 } from '../support/random-numbers';
