import { Anchor, Button, Skeleton, Table, Text } from "@mantine/core";
import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "wouter";

import { useI18n } from "../i18n/I18n";
import { READERS } from "../session/roles";
import { Refused } from "../shell/Refused";
import { wayPath } from "./kinds";

/** Whose a line is, and of which of their journeys, where that is known. */
export interface Whose {
  profile_id: string;
  number?: number;
}

export interface Column<T> {
  title: string;
  cell: (line: T) => ReactNode;
  numbers?: boolean;
}

interface CustomersProps<T extends Whose> {
  journey: string;
  found: UseInfiniteQueryResult<InfiniteData<{ items: T[] }>>;
  columns: Column<T>[];
  /** What is said of an empty list. */
  nobody: string;
}

/** Pages of customers with what there is to say of each; each leads to the customer's own way. */
export function Customers<T extends Whose>({ journey, found, columns, nobody }: CustomersProps<T>) {
  const { t } = useI18n();
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = found;
  if (error) return <Refused error={error} needed={READERS} again={() => void refetch()} />;
  if (!data) return <Skeleton height={240} />;
  const lines = data.pages.flatMap(({ items }) => items);
  if (lines.length === 0) return <Text c="dimmed">{nobody}</Text>;
  return (
    <>
      <Table>
        <Table.Thead>
          <Table.Tr>
            {[t("facts.customer"), ...columns.map(({ title }) => title)].map((title) => (
              <Table.Th key={title} scope="col">
                {title}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {lines.map((line, place) => (
            <Table.Tr key={place}>
              <Table.Td>
                <Anchor component={Link} href={wayPath(journey, line.profile_id, line.number)} fz="sm">
                  {t("facts.way", { id: line.profile_id.slice(-8) })}
                </Anchor>
              </Table.Td>
              {columns.map(({ title, cell, numbers }) => (
                <Table.Td key={title} className={numbers ? "numbers" : undefined}>
                  {cell(line)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {hasNextPage && (
        <Button mt="md" variant="light" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t("duplicates.more")}
        </Button>
      )}
    </>
  );
}
