import type { Command } from 'commander';
import { type Assignment, readAssignment, requireQuestions } from '../assignment/assignment';
import { chooseNotebook } from '../choose-notebooks';
import { formatTable } from '../table';

/** `homework points`: shows what a notebook's questions are worth. */
export function addPoints(program: Command): void {
  program
    .command('points')
    .description('show the questions of an assignment and their points')
    .argument('<notebook>', 'the instructor’s notebook, or a released one')
    .action((named: string) => {
      const path = chooseNotebook(named);
      const assignment = readAssignment(path);
      requireQuestions(assignment);
      console.log(pointsTable(assignment));
    });
}

/** Questions, how they are graded, and their points. */
export function pointsTable({ questions, points }: Assignment): string {
  const rows = questions.map((question) => {
    const hidden = question.tests.filter((test) => test.hidden.length > 0).length;
    return [
      question.id,
      question.title,
      String(question.tests.length),
      String(hidden),
      String(question.manual.length),
      String(question.points),
    ];
  });
  const header = ['question', 'title', 'tests', 'with hidden', 'by hand', 'points'];
  return formatTable(header, [...rows, ['total', '', '', '', '', String(points)]]);
}
