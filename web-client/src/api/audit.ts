import { apiUrl, request } from './http'

/** What administrators did, and who signed in. */
export interface AuditLine {
  seq: number
  at: string
  account: string | null
  /** Sign-in name; empty for a stranger. */
  actor: string
  /** Empty for the command line. */
  address: string
  action: string
  /** JSON text. */
  detail: string
}

export interface AuditFilter {
  action: string | null
  actor: string
}

export const auditPage = ({ action, actor }: AuditFilter, cursor: string | null) =>
  request<{ items: AuditLine[]; next: string | null }>('audit', { query: { action, actor: actor.trim(), cursor } })

export const auditExportUrl = apiUrl('audit.jsonl')
