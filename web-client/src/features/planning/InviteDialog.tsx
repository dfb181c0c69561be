import { useQueries, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSettled } from '@/lib/debounce'
import { integer } from '@/lib/time'
import { Button, Dialog, ErrorState, SearchField, Skeleton } from '@/ui'
import type { Pick } from './form'
import { PickButtons } from './PickButtons'
import { withParents } from './picks'
import { unitQuery, unitSearchQuery } from './queries'
import { UnitTree } from './UnitTree'

export interface InviteDialogProps {
  rootCode: string
  picks: Pick[]
  count: number
  isOpen: boolean
  onClose: () => void
  onPicks: (picks: Pick[]) => void
}

export function InviteDialog({ rootCode, picks, count, isOpen, onClose, onPicks }: InviteDialogProps) {
  const { t } = useTranslation('planning')
  const [q, setQ] = useState('')
  const asked = useSettled(q.trim())
  return (
    <Dialog
      title={t('invite_title')}
      isOpen={isOpen}
      onClose={onClose}
      wide
      actions={
        <Button variant="primary" onPress={onClose}>
          {t('invite_done', { count, n: integer(count) })}
        </Button>
      }
    >
      <SearchField label={t('invite_search')} value={q} onChange={setQ} className="sticky top-0 z-10 mb-3 bg-surface" />
      {asked === '' ? (
        <UnitTree rootCode={rootCode} picks={picks} onPicks={onPicks} />
      ) : (
        <Found q={asked} picks={picks} onPicks={onPicks} />
      )}
    </Dialog>
  )
}

function Found({ q, picks, onPicks }: { q: string; picks: Pick[]; onPicks: (picks: Pick[]) => void }) {
  const { t } = useTranslation('planning')
  const found = useQuery({ ...unitSearchQuery(q), placeholderData: (old) => old })
  const units = found.data ?? []
  // Many communes share a name, so each result says where it lies.
  const above = [...new Set(units.map((u) => u.parent_code).filter((code) => code !== null))]
  const aboveUnits = useQueries({
    queries: above.map((code) => unitQuery(code)),
    combine: (results) => results.flatMap((r) => (r.data === undefined ? [] : [r.data])),
  })
  if (found.isError)
    return <ErrorState title={t('tree_failed')} error={found.error} onRetry={() => void found.refetch()} />
  if (found.isPending) return <Skeleton lines={5} />
  if (units.length === 0) return <p className="py-3 text-text2">{t('invite_none', { q })}</p>
  const names = new Map(aboveUnits.map((u) => [u.code, u.name]))
  const known = withParents(withParents(new Map(), aboveUnits), units)
  return (
    <ul className="divide-y divide-line">
      {units.map((unit) => {
        const within = names.get(unit.parent_code ?? '') ?? ''
        return (
          <li key={unit.code} className="flex min-h-13 items-center gap-3 py-1">
            <span className="min-w-0 flex-1">
              <span className="block text-body font-medium">{unit.name}</span>
              <span className="block text-small text-text2">{within}</span>
            </span>
            <PickButtons unit={unit} within={within} picks={picks} parents={known} onPicks={onPicks} />
          </li>
        )
      })}
    </ul>
  )
}
