import { useQueries, useQuery } from '@tanstack/react-query'
import { ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { Button as AriaButton, Collection, type Key, Tree, TreeItem, TreeItemContent } from 'react-aria-components'
import { useTranslation } from 'react-i18next'
import type { Unit } from '@/api/types'
import { cx, ErrorState, Skeleton } from '@/ui'
import { childUnitsQuery, unitQuery } from '../planning/queries'

const INDENT = ['', 'pl-0', 'pl-5', 'pl-10', 'pl-15']

/** The tree of units, for choosing one; a level is fetched when it is opened. */
export function UnitBrowser({
  root,
  selected,
  onSelect,
}: {
  root: string
  selected: string
  onSelect: (code: string) => void
}) {
  const { t } = useTranslation('points')
  const top = useQuery(unitQuery(root))
  const [expanded, setExpanded] = useState<ReadonlySet<Key>>(new Set([root]))
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set([root]))
  const children = useQueries({
    queries: [...opened].map((code) => childUnitsQuery(code)),
    combine: (results) =>
      new Map(results.flatMap((r, i) => (r.data === undefined ? [] : [[[...opened][i] ?? '', r.data] as const]))),
  })
  if (top.isError) return <ErrorState title={t('tree_failed')} error={top.error} onRetry={() => void top.refetch()} />
  if (top.data === undefined) return <Skeleton lines={6} />

  const renderUnit = (unit: Unit) => (
    <TreeItem
      id={unit.code}
      textValue={unit.name}
      hasChildItems={unit.has_children}
      className="rounded-tag outline-offset-[-3px] hovered:bg-sunken selected:bg-pri-tint selected:font-semibold"
    >
      <TreeItemContent>
        {({ isExpanded, level, hasChildItems }) => (
          <span className={cx('flex min-h-10 items-center gap-1', INDENT[Math.min(level, 4)])}>
            {hasChildItems ? (
              <AriaButton slot="chevron" className="flex size-9 shrink-0 items-center justify-center rounded-tag">
                <ChevronRight aria-hidden size={17} className={isExpanded ? 'rotate-90' : ''} />
              </AriaButton>
            ) : (
              <span className="w-9 shrink-0" />
            )}
            <span className="min-w-0 flex-1 text-body">{unit.name}</span>
          </span>
        )}
      </TreeItemContent>
      <Collection items={children.get(unit.code) ?? []} dependencies={[children]}>
        {renderUnit}
      </Collection>
    </TreeItem>
  )

  return (
    <Tree
      aria-label={t('tree')}
      items={[top.data]}
      dependencies={[children]}
      selectionMode="single"
      selectionBehavior="replace"
      disallowEmptySelection
      selectedKeys={[selected]}
      onSelectionChange={(keys) => {
        const [code] = keys === 'all' ? [] : [...keys]
        if (code !== undefined) onSelect(String(code))
      }}
      expandedKeys={expanded}
      onExpandedChange={(keys) => {
        setExpanded(keys)
        setOpened((old) => new Set([...old, ...[...keys].map(String)]))
      }}
      className="outline-none"
    >
      {renderUnit}
    </Tree>
  )
}
