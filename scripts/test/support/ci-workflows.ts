import { validateWorkflow } from "@action-validator/core";
import { parse } from "yaml";
import { commandProblem, type Project } from "../../lib/docs-check.ts";
import { asRecord, isRecord, type JsonRecord } from "../../lib/json.ts";
import { command } from "../../lib/markdown.ts";

/** What a workflow file of GitHub Actions says wrong, or leaves open that must be closed. */
export function workflowProblems(
  source: string,
  project: Pick<Project, "scripts" | "packageManager">,
): string[] {
  const invalid = validateWorkflow(source).errors.map(({ title, detail = "" }) =>
    `it is not valid: ${title} ${detail}`.trimEnd(),
  );
  const workflow = asRecord(parse(source), "the workflow");
  const jobs = Object.entries(asRecord(workflow["jobs"], "jobs"));
  return [
    ...invalid,
    ...triggerProblems(workflow),
    ...jobs.flatMap(([name, job]) =>
      jobProblems(asRecord(job, name)).map((problem) => `job ${name}: ${problem}`),
    ),
    ...unpinnedActions(source),
    ...Array.from(withoutComments(source).matchAll(command), ([each]) =>
      commandProblem(each, project),
    ).filter((problem) => problem !== ""),
  ];
}

function triggerProblems(workflow: JsonRecord): string[] {
  const problems = [];
  if ("pull_request_target" in asRecord(workflow["on"], "on")) {
    problems.push("pull_request_target runs with rights on what strangers send");
  }
  const { permissions } = workflow;
  if (!isRecord(permissions) || Object.keys(permissions).length > 0) {
    problems.push("permissions must be {}: each job asks for its own");
  }
  return problems;
}

function jobProblems(job: JsonRecord): string[] {
  const problems = [];
  if (!isRecord(job["permissions"])) problems.push("it must list its permissions");
  if (job["uses"] === undefined && job["timeout-minutes"] === undefined) {
    problems.push("it must have timeout-minutes");
  }
  const steps = Array.isArray(job["steps"]) ? job["steps"].filter(isRecord) : [];
  for (const { run } of steps) {
    // What GitHub puts into a script is run by the shell, whoever wrote it.
    if (typeof run === "string" && run.includes("${{")) {
      problems.push(`pass values to "${run}" through env, not by an expression`);
    }
  }
  return problems;
}

function unpinnedActions(source: string): string[] {
  return Array.from(source.matchAll(/uses: (\S+)(.*)/g))
    .filter(([, action = ""]) => !action.startsWith("./"))
    .filter(([, action = "", rest = ""]) => !/@[0-9a-f]{40}$/.test(action) || !/# v\d/.test(rest))
    .map(([, action]) => `${action} must be pinned by its commit, with its version as a comment`);
}

function withoutComments(source: string): string {
  return source.replaceAll(/(^|\s)#.*$/gm, "");
}
