import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { createBriefing, createChild } from '@/api/briefings'
import type { Briefing } from '@/api/types'
import { useAccount } from '@/app/session'
import { useTitle } from '@/lib/title'
import { ErrorState, Page, PageHeading, Skeleton } from '@/ui'
import { BRIEFINGS, briefingQuery } from '../briefings/queries'
import { childForm, draftOf, emptyForm, type PlanForm } from './form'
import { PlanFormView } from './PlanFormView'

const route = getRouteApi('/signed-in/office/phien/tao')

export function CreatePage() {
  const { cap_tren } = route.useSearch()
  const { t } = useTranslation('planning')
  useTitle(t('create_title'))
  const parent = useQuery({ ...briefingQuery(cap_tren ?? ''), enabled: cap_tren !== undefined, refetchInterval: false })
  if (cap_tren === undefined) return <Create parent={null} />
  if (parent.isError) {
    return (
      <Page>
        <ErrorState title={t('parent_failed')} error={parent.error} onRetry={() => void parent.refetch()} />
      </Page>
    )
  }
  if (parent.data === undefined) {
    return (
      <Page>
        <Skeleton lines={8} />
      </Page>
    )
  }
  return <Create parent={parent.data} />
}

function Create({ parent }: { parent: Briefing | null }) {
  const { t } = useTranslation('planning')
  const account = useAccount()
  const client = useQueryClient()
  const router = useRouter()
  const [initial] = useState(() =>
    parent === null ? emptyForm(account, new Date()) : childForm(account, parent, new Date()),
  )
  const create = useMutation({
    mutationFn: (form: PlanForm) =>
      parent === null ? createBriefing(draftOf(form)) : createChild(parent.id, draftOf(form)),
    onSuccess: async (briefing) => {
      await client.invalidateQueries({ queryKey: BRIEFINGS })
      await router.navigate({ to: '/phien/$id', params: { id: briefing.id } })
    },
  })
  return (
    <Page>
      <PageHeading
        title={parent === null ? t('create_title') : t('create_child_title')}
        {...(parent === null ? {} : { note: t('create_child_note', { title: parent.title }) })}
      />
      <PlanFormView
        initial={initial}
        editing={false}
        submitText={t('create')}
        error={create.error}
        isPending={create.isPending}
        onSubmit={(form) => create.mutate(form)}
        onCancel={() => router.history.back()}
      />
    </Page>
  )
}
