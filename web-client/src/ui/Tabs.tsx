import type { ReactNode } from 'react'
import { Tab, TabList, TabPanel, Tabs as AriaTabs } from 'react-aria-components'
import { cx } from './cx'

export interface TabItem {
  id: string
  title: ReactNode
  content: ReactNode
}

export interface TabsProps {
  label: string
  items: TabItem[]
  selected?: string
  onSelect?: (id: string) => void
  className?: string
}

export function Tabs({ label, items, selected, onSelect, className }: TabsProps) {
  return (
    <AriaTabs
      className={cx('flex min-h-0 flex-col', className)}
      {...(selected === undefined ? {} : { selectedKey: selected })}
      onSelectionChange={(key) => onSelect?.(String(key))}
    >
      <TabList aria-label={label} className="flex border-b border-line">
        {items.map((item) => (
          <Tab
            key={item.id}
            id={item.id}
            className="flex min-h-11 flex-1 items-center justify-center border-b-3 border-transparent px-4 text-body text-text2 outline-offset-[-3px] selected:border-pri selected:font-semibold selected:text-text"
          >
            {item.title}
          </Tab>
        ))}
      </TabList>
      {items.map((item) => (
        <TabPanel key={item.id} id={item.id} className="min-h-0 flex-1 overflow-auto">
          {item.content}
        </TabPanel>
      ))}
    </AriaTabs>
  )
}
