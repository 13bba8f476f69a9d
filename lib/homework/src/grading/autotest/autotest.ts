import { dataFolder, type Profile } from '../../execute';
import type { Notebook } from '../../notebook';
import { extractDefinitions } from './definitions';
import { Examination } from './examination';
import type { ExaminedTest } from './examined-tests';
import type { Verdict } from './examiner';
import { type Spawn, type StudentLink, startStudentProcess } from './student-link';
import type { Definitions } from './student-process';

export interface AutotestOptions {
  /** The folder of what was handed in and given out, without tests: the student's process runs in it. */
  readonly folder: string;
  /** The instructor's folder, in which tests run. */
  readonly testFolder: string;
  readonly profile: Profile;
  /** Seconds that one test may take. */
  readonly timeout: number;
  /** How the student's process is started. Default without walls. */
  readonly spawn?: Spawn;
}

/** A notebook whose definitions are tested. */
export interface Tested {
  readonly notebook: Notebook;
  /** The place of the test's cell; what stands below counts for nothing. */
  readonly place: number;
  /** Whether a cell does not compile, so that it declares nothing. */
  readonly isLeftOut?: (cell: number) => boolean;
}

/** Tests the definitions of one submission: they in one process, the tests in another. */
export class Autotest {
  private examination: Examination | undefined;
  private process: { readonly definitions: Definitions; readonly link: StudentLink } | undefined;

  constructor(private readonly options: AutotestOptions) {}

  /**
   * Runs one test on the student's definitions.
   *
   * @returns what came of it, or why the definitions cannot be had without running the notebook
   * @throws a Mistake where the tests' own process fails: that is not the student's fault
   */
  async run(
    one: ExaminedTest,
    { notebook, place, isLeftOut }: Tested,
    copiesBack: boolean,
  ): Promise<Verdict | { readonly flaw: string }> {
    const [own, all] = [one.names, one.together].map((names) =>
      extractDefinitions(notebook, names, place, isLeftOut),
    );
    if ('flaw' in own) return own;
    const extracted = 'flaw' in all ? own : all;
    const link = this.linkTo(extracted.definitions);
    return this.examine(one, link, copiesBack);
  }

  /** Runs one test, which somebody answers. */
  examine(
    { test, before, names }: ExaminedTest,
    student: StudentLink,
    copiesBack: boolean,
  ): Promise<Verdict> {
    if (!this.examination?.isOpen) {
      const { testFolder: folder, profile, timeout } = this.options;
      this.examination = new Examination({ folder, timeout, environment: environmentOf(profile) });
    }
    return this.examination.run({ before, test, names, copiesBack }, student);
  }

  close(): void {
    this.examination?.close();
    this.process?.link.end('died', 'the tests are over');
  }

  private linkTo(definitions: Definitions): StudentLink {
    const { process: known } = this;
    if (known && !known.link.ended && known.definitions.code === definitions.code)
      return known.link;
    known?.link.end('died', 'another question is tested');
    const { folder, profile, spawn } = this.options;
    const environment = environmentOf(profile);
    const link = startStudentProcess({ folder, definitions, environment, ...(spawn && { spawn }) });
    this.process = { definitions, link };
    return link;
  }
}

/** What a process needs to know of its surroundings, and nothing of the grader's secrets. */
export function environmentOf(profile: Profile): Readonly<Record<string, string>> {
  const known = /^(?:PATH|LANG|LC_\w+|TZ|OMP_\w+|NOTEGRAD_(?!ASSIGNMENT$|TRIALS$)\w+)$/;
  const kept = Object.entries(process.env).filter(([name]) => known.test(name));
  const own = Object.fromEntries(kept as [string, string][]);
  return { NOTEGRAD_DATA: dataFolder(), ...own, NOTEGRAD_PROFILE: profile };
}
