import { useQueries } from '@tanstack/react-query'
import { CircleAlert, ListTree, X } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Tier } from '@/api/types'
import { integer } from '@/lib/time'
import { Button, Card, IconButton, SearchField, Select } from '@/ui'
import type { Pick } from './form'
import { InviteDialog } from './InviteDialog'
import { pickKey } from './picks'
import { pickCountQuery } from './queries'

export interface InviteFieldProps {
  rootCode: string
  picks: Pick[]
  onPicks: (picks: Pick[]) => void
  error?: string | undefined
}

/** Shown before "all of them": a list that long is searched, not read. */
const SHORT = 8

export function InviteField({ rootCode, picks, onPicks, error }: InviteFieldProps) {
  const { t } = useTranslation('planning')
  const common = useTranslation('common').t
  const [open, setOpen] = useState(false)
  const [q, setQ] = useState('')
  const [all, setAll] = useState(false)
  const groups = picks.filter((p) => p.kind !== 'point')
  const counts = useQueries({
    queries: groups.map((pick) => pickCountQuery(pick)),
    combine: (results) => results.map((r) => r.data ?? null),
  })
  const total = picks.length - groups.length + counts.reduce<number>((sum, n) => sum + (n ?? 0), 0)
  const countOf = (pick: Pick) => counts[groups.indexOf(pick as (typeof groups)[number])] ?? null
  const wanted = q.trim().toLowerCase()
  const matching = wanted === '' ? picks : picks.filter((p) => `${p.name} ${p.within}`.toLowerCase().includes(wanted))
  const shown = all || wanted !== '' ? matching.slice(0, 200) : matching.slice(0, SHORT)
  const remove = (pick: Pick) => onPicks(picks.filter((p) => p !== pick))

  return (
    <Card
      title={
        <>
          {t('invite')} {picks.length > 0 && <span className="num ml-1 font-normal text-text2">{integer(total)}</span>}
        </>
      }
      actions={
        <Button icon={<ListTree aria-hidden size={18} />} onPress={() => setOpen(true)}>
          {t('invite_open')}
        </Button>
      }
    >
      {error !== undefined && (
        <p role="alert" className="mb-2 flex items-start gap-1.5 text-small font-medium text-bad">
          <CircleAlert aria-hidden size={16} className="mt-0.5 shrink-0" /> {error}
        </p>
      )}
      {picks.length === 0 && <p className="text-text2">{t('invite_empty')}</p>}
      {picks.length > SHORT && <SearchField label={t('invite_filter')} value={q} onChange={setQ} className="mb-2" />}
      <ul className="divide-y divide-line">
        {shown.map((pick) => (
          <li key={pickKey(pick)} className="flex min-h-13 items-center gap-3 py-1">
            <span className="min-w-0 flex-1">
              <span className="block truncate text-body font-medium">{pick.name}</span>
              <span className="block truncate text-small text-text2">{describe(pick, countOf(pick))}</span>
            </span>
            {pick.kind === 'subtree' && (
              <Select
                compact
                className="w-44 shrink-0"
                label={t('levels', { name: pick.name })}
                value={pick.tiers[0] ?? 'all'}
                options={[
                  { id: 'all', label: t('levels_all') },
                  { id: 'province', label: t('levels_province') },
                  { id: 'commune', label: t('levels_commune') },
                ]}
                onChange={(id) =>
                  onPicks(picks.map((p) => (p === pick ? { ...pick, tiers: id === 'all' ? [] : [id as Tier] } : p)))
                }
              />
            )}
            <IconButton
              label={t('invite_remove', { name: pick.name })}
              icon={<X aria-hidden size={18} />}
              onPress={() => remove(pick)}
            />
          </li>
        ))}
      </ul>
      {matching.length > shown.length && (
        <Button className="mt-3" onPress={() => setAll(true)}>
          {common('action.more')}
        </Button>
      )}
      {open && (
        <InviteDialog
          rootCode={rootCode}
          picks={picks}
          count={total}
          isOpen
          onClose={() => setOpen(false)}
          onPicks={onPicks}
        />
      )}
    </Card>
  )

  function describe(pick: Pick, count: number | null): string {
    const n = count === null ? '' : t('points', { count, n: integer(count) })
    if (pick.kind === 'subtree') return [t('whole_subtree'), n].filter(Boolean).join(', ')
    return [pick.within, pick.kind === 'unit' ? n : ''].filter(Boolean).join(', ')
  }
}
