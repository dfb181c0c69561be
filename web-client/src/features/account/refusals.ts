import { ApiError } from '@/api/problem'

/** Whether the server refused for this reason. */
export const is = (error: unknown, code: string): boolean => error instanceof ApiError && error.code === code
