import { useQueries, useQuery } from '@tanstack/react-query'
import { ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { Button as AriaButton, Collection, type Key, Tree, TreeItem, TreeItemContent } from 'react-aria-components'
import { useTranslation } from 'react-i18next'
import type { Unit } from '@/api/types'
import { cx, ErrorState, Skeleton } from '@/ui'
import type { Pick } from './form'
import { PickButtons } from './PickButtons'
import { type Parents, withParents } from './picks'
import { childUnitsQuery, unitQuery } from './queries'

export interface UnitTreeProps {
  rootCode: string
  picks: Pick[]
  onPicks: (picks: Pick[]) => void
}

/** The administrative tree under a unit; a level is fetched when it is opened. */
export function UnitTree({ rootCode, picks, onPicks }: UnitTreeProps) {
  const { t } = useTranslation('planning')
  const root = useQuery(unitQuery(rootCode))
  const [expanded, setExpanded] = useState<ReadonlySet<Key>>(new Set([rootCode]))
  // What was opened once stays loaded when it is closed.
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set([rootCode]))
  const levels = useQueries({
    queries: [...opened].map((code) => childUnitsQuery(code)),
    combine: (results) => ({
      children: new Map(
        results.flatMap((r, i) => (r.data === undefined ? [] : [[[...opened][i] ?? '', r.data] as const])),
      ),
      failed: results.find((r) => r.isError) ?? null,
    }),
  })

  if (root.isError)
    return <ErrorState title={t('tree_failed')} error={root.error} onRetry={() => void root.refetch()} />
  if (root.data === undefined) return <Skeleton lines={6} />

  const { children, failed } = levels
  const names = new Map<string, string>([[root.data.code, root.data.name]])
  let parents: Parents = withParents(new Map(), [root.data])
  for (const units of children.values()) {
    parents = withParents(parents, units)
    for (const unit of units) names.set(unit.code, unit.name)
  }

  const renderUnit = (unit: Unit) => (
    <TreeItem
      id={unit.code}
      textValue={unit.name}
      hasChildItems={unit.has_children}
      className="rounded-tag outline-offset-[-3px] hovered:bg-sunken"
    >
      <TreeItemContent>
        {({ isExpanded, level, hasChildItems }) => (
          <div className={cx('flex min-h-11 items-center gap-1.5 pr-1', INDENT[Math.min(level, 4)])}>
            {hasChildItems ? (
              <AriaButton slot="chevron" className="flex size-9 shrink-0 items-center justify-center rounded-tag">
                <ChevronRight aria-hidden size={18} className={isExpanded ? 'rotate-90' : ''} />
              </AriaButton>
            ) : (
              <span className="w-9 shrink-0" />
            )}
            <span className="min-w-0 flex-1 text-body">{unit.name}</span>
            <PickButtons
              unit={unit}
              within={names.get(unit.parent_code ?? '') ?? ''}
              picks={picks}
              parents={parents}
              onPicks={onPicks}
            />
          </div>
        )}
      </TreeItemContent>
      <Collection items={children.get(unit.code) ?? []} dependencies={[picks, children]}>
        {renderUnit}
      </Collection>
    </TreeItem>
  )

  return (
    <>
      {failed !== null && (
        <ErrorState
          title={t('tree_failed')}
          error={failed.error}
          onRetry={() => void failed.refetch()}
          className="mb-3"
        />
      )}
      <Tree
        aria-label={t('tree')}
        items={[root.data]}
        dependencies={[picks, children]}
        selectionMode="none"
        expandedKeys={expanded}
        onExpandedChange={(keys) => {
          setExpanded(keys)
          setOpened((old) => new Set([...old, ...[...keys].map(String)]))
        }}
        className="outline-none"
      >
        {renderUnit}
      </Tree>
    </>
  )
}

const INDENT = ['', 'pl-0', 'pl-6', 'pl-12', 'pl-18']
