import type { TFunction } from 'i18next'

export interface FieldProblem {
  field: string
  code: string
  message: string
}

/** RFC 9457 problem details with the server's stable code. */
export interface Problem {
  type?: string
  title: string
  status: number
  detail?: string
  code: string
  fields?: FieldProblem[]
}

/** Any answer that is not a success. Status 0 is "no answer at all". */
export class ApiError extends Error {
  readonly problem: Problem
  /** Seconds from Retry-After, when the server gave them. */
  readonly retryAfter: number | null

  constructor(problem: Problem, retryAfter: number | null = null) {
    super(`${problem.code}: ${problem.title}`)
    this.name = 'ApiError'
    this.problem = problem
    this.retryAfter = retryAfter
  }

  get status(): number {
    return this.problem.status
  }

  get code(): string {
    return this.problem.code
  }
}

/** Reads the problem document of an answer; an answer that carries none still gets a code. */
export async function problemOf(response: Response): Promise<Problem> {
  const fallback: Problem = { title: response.statusText, status: response.status, code: `http_${response.status}` }
  try {
    const body = (await response.json()) as Partial<Problem> | null
    if (body === null || typeof body !== 'object') return fallback
    return { ...fallback, ...body }
  } catch {
    return fallback
  }
}

export function problemCode(error: unknown): string {
  return error instanceof ApiError ? error.code : 'client'
}

/** Whether the server refused for this reason. */
export const isRefusal = (error: unknown, code: string): boolean => error instanceof ApiError && error.code === code

/** A sentence for a person: the server's own detail where it has one, since it is in the person's language. */
export function problemText(error: unknown, t: TFunction): string {
  if (!(error instanceof ApiError)) return t('error.client')
  if (error.status === 0) return t('error.unreachable')
  if (error.problem.detail) return error.problem.detail
  if (error.status === 403) return t('error.forbidden')
  if (error.status === 404) return t('error.not_found')
  if (error.status >= 500) return t('error.server')
  return error.problem.title || t('error.client')
}

/** Messages by field name, for forms. */
export function fieldErrors(error: unknown): Record<string, string> {
  if (!(error instanceof ApiError)) return {}
  return Object.fromEntries((error.problem.fields ?? []).map((f) => [f.field, f.message]))
}
