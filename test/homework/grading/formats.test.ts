import { JSDOM } from 'jsdom';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { GradeRecord } from '../../../lib/homework/src/assignment/grade-record';
import type { Course } from '../../../lib/homework/src/grading/course';
import { parseCsv } from '../../../lib/homework/src/grading/csv';
import {
  gradescopeRefusal,
  gradescopeResults,
  junitXml,
  nbgraderCsv,
  prairieLearnRefusal,
  prairieLearnResults,
} from '../../../lib/homework/src/grading/formats';
import { temporaryFolder } from '../../support/temporary-folder';
import { hiddenTest, sketchGrades } from './sketched-course';

const folder = temporaryFolder();
const withTrouble: Partial<GradeRecord> = {
  questions: [
    {
      id: 'q1',
      title: 'One',
      points: 0,
      max: 2,
      tests: [
        {
          ...hiddenTest,
          status: 'error',
          seconds: 1e-7,
          message: { public: '\u0000<&"', private: '' },
        },
      ],
      manual: [],
    },
    {
      id: 'q2',
      title: 'Two',
      points: 1.5,
      max: 3,
      tests: [],
      manual: [{ cell: 'q2', score: 1.5, max: 3, comment: 'x'.repeat(2_000_000) }],
    },
  ],
  points: 1.5,
};
const refused = { student: 'fay', kind: 'student', message: 'not a notebook' } as const;
const records = [sketchGrades(folder, 'ada', ''), sketchGrades(folder, 'bob', '', withTrouble)];
const course: Course = { assignment: { name: 'ps1', points: 5 }, records, ungraded: [refused] };

type Json = Readonly<Record<string, unknown>>;

/** Whether each field of an object is of a known name and its kind. */
function fitsSchema(value: unknown, fields: Readonly<Record<string, (value: unknown) => boolean>>) {
  assert.ok(typeof value === 'object' && value !== null && !Array.isArray(value));
  for (const [name, found] of Object.entries(value as Json)) {
    assert.ok(Object.hasOwn(fields, name), `unknown field: ${name}`);
    assert.ok(fields[name](found), `${name}: ${JSON.stringify(found)}`);
  }
}

const isText = (value: unknown) => typeof value === 'string';
const isNumber = (value: unknown) => typeof value === 'number' && Number.isFinite(value);
const isList = (value: unknown) => Array.isArray(value);
const isOneOf =
  (...known: readonly string[]) =>
  (value: unknown) =>
    known.includes(String(value));
const isVisibility = isOneOf('hidden', 'after_due_date', 'after_published', 'visible');
const isTextFormat = isOneOf('text', 'html', 'simple_format', 'md', 'ansi');

// https://gradescope-autograders.readthedocs.io/en/latest/specs/#output-format
test('results.json is as Gradescope specifies it', () => {
  const all = [
    ...records.map((record) => gradescopeResults(record, { leaderboard: true })),
    gradescopeRefusal(refused),
  ];
  for (const results of all as { score?: number; tests?: object[]; leaderboard?: object[] }[]) {
    fitsSchema(results, {
      score: isNumber,
      execution_time: isNumber,
      output: isText,
      output_format: isTextFormat,
      visibility: isVisibility,
      stdout_visibility: isVisibility,
      tests: isList,
      leaderboard: isList,
    });
    assert.ok(results.score !== undefined || results.tests, 'a score, or tests with scores');
    for (const one of results.tests ?? []) {
      fitsSchema(one, {
        score: isNumber,
        max_score: isNumber,
        status: isOneOf('passed', 'failed'),
        name: isText,
        number: (value) => /^\d+\.\d+$/.test(String(value)),
        output: isText,
        output_format: isTextFormat,
        visibility: isVisibility,
      });
    }
    for (const one of results.leaderboard ?? []) {
      fitsSchema(one, {
        name: isText,
        value: (value) => isNumber(value) || isText(value),
        order: isOneOf('asc', 'desc'),
      });
    }
  }
  const { tests } = gradescopeResults(records[1]) as { tests: { name: string; number: string }[] };
  assert.equal(
    tests.map(({ name, number }) => [number, name]),
    [
      ['1.1', 'q1 - q1-tests'],
      ['2.1', 'q2'],
    ],
  );
});

// https://prairielearn.readthedocs.io/en/latest/externalGrading/#grading-results
test('results.json is as PrairieLearn specifies it, and below its limit of 1 MB', () => {
  for (const record of records) {
    const results = prairieLearnResults(record) as { score: number; tests: object[] };
    fitsSchema(results, {
      gradable: (value) => value === true,
      score: (value) => isNumber(value) && Number(value) >= 0 && Number(value) <= 1,
      tests: isList,
    });
    for (const one of results.tests) {
      fitsSchema(one, { name: isText, points: isNumber, max_points: isNumber, message: isText });
    }
    assert.ok(Buffer.byteLength(JSON.stringify(results)) < 1_000_000);
  }
  fitsSchema(prairieLearnRefusal(refused), {
    gradable: (value) => value === false,
    format_errors: (value) => Array.isArray(value) && value.every(isText),
  });
});

const isToken = (value: string) => value === value.replaceAll(/\s+/g, ' ').trim();
const isName = (value: string) => value.length > 0 && isToken(value);
const isInt = (value: string) => /^\d+$/.test(value);
const isDecimal = (value: string) => /^\d+(?:\.\d+)?$/.test(value);
const isDateTime = (value: string) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(value);

// https://github.com/windyroad/JUnit-Schema/blob/master/JUnit.xsd
test('junit.xml is as the schema of Ant’s reports wants it', () => {
  const { document } = new JSDOM(junitXml(course), { contentType: 'application/xml' }).window;
  const fits = (
    element: Element,
    wanted: Readonly<Record<string, (value: string) => boolean>>,
    optional: readonly string[] = [],
  ) => {
    for (const { name, value } of element.attributes) {
      assert.ok(wanted[name]?.(value), `${element.localName}: ${name}="${value}"`);
    }
    const absent = Object.keys(wanted).find(
      (name) => !element.hasAttribute(name) && !optional.includes(name),
    );
    assert.is(absent, undefined, element.localName);
  };
  const root = document.documentElement;
  assert.is(root.localName, 'testsuites');
  fits(root, {});
  for (const [place, suite] of [...root.children].entries()) {
    fits(
      suite,
      {
        ...{ name: isName, hostname: isName, package: isToken, timestamp: isDateTime },
        ...{ tests: isInt, failures: isInt, errors: isInt, skipped: isInt, time: isDecimal },
        id: (value) => value === String(place),
      },
      ['skipped'],
    );
    const order = [...suite.children].map(({ localName }) => localName).join(' ');
    assert.match(order, /^properties(?: testcase)* system-out system-err$/);
    const cases = [...suite.querySelectorAll('testcase')];
    assert.is(suite.getAttribute('tests'), String(cases.length));
    for (const one of cases) {
      fits(one, { name: isToken, classname: isToken, time: isDecimal });
      assert.ok(one.children.length <= 1);
      for (const found of one.children) {
        assert.ok(['failure', 'error'].includes(found.localName));
        fits(found, { message: () => true, type: () => true }, ['message']);
      }
    }
    const errors = suite.querySelectorAll('error').length;
    assert.is(suite.getAttribute('errors'), String(errors));
  }
  assert.match(root.textContent ?? '', /^\s*$/);
  assert.is(document.querySelector('testsuite[name=fay] error')?.getAttribute('type'), 'student');
});

// https://github.com/jupyter/nbgrader/blob/main/nbgrader/plugins/export.py
test('the table has the columns of `nbgrader export`, and a line for everyone', () => {
  const [header, ...rows] = parseCsv(nbgraderCsv(course));
  assert.equal(header, [
    ...['assignment', 'duedate', 'timestamp', 'student_id', 'last_name', 'first_name', 'email'],
    ...['raw_score', 'late_submission_penalty', 'score', 'max_score'],
  ]);
  const of = (row: readonly string[], ...names: readonly string[]) =>
    names.map((name) => row[header.indexOf(name)]);
  assert.equal(
    rows.map((row) => of(row, 'assignment', 'student_id', 'raw_score', 'score', 'max_score')),
    [
      ['ps1', 'ada', '', '', '5'],
      ['ps1', 'bob', '1.5', '1.5', '5'],
      ['ps1', 'fay', '', '', '5'],
    ],
  );
});

test.run();
