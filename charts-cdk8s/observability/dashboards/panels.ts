import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  LegendDisplayMode,
  ReduceDataOptionsBuilder,
  TooltipDisplayMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DatasourceVariableBuilder,
  type Panel as GrafanaPanel,
  RowBuilder,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as GraphBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { dashboardUid } from '../names.ts';

/** One line, or several, of a panel. */
export interface Query {
  readonly expr: string;
  /** `{{route}}`: the labels that tell the lines apart. */
  readonly legend: string;
}

export interface PanelSpec {
  readonly title: string;
  /** What one sees in it, and what is wrong. */
  readonly description: string;
  /** Grafana's name of the unit. */
  readonly unit: 'bytes' | 'none' | 'percentunit' | 'reqps' | 's' | 'short';
  readonly queries: readonly Query[];
  /** A number that says how it is now, red from this value on; else lines over time. */
  readonly redFrom?: number;
}

export interface RowSpec {
  readonly title: string;
  readonly panels: readonly PanelSpec[];
}

export interface DashboardSpec {
  /** The end of its address, after `ticketaka-`. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly rows: readonly RowSpec[];
}

const datasource = { type: 'prometheus', uid: '${datasource}' } as const;

/** As Grafana's sidecar loads it. The same specification gives the same JSON. */
export function dashboard({ name, title, description, rows }: DashboardSpec): Dashboard {
  const builder = new DashboardBuilder(title)
    .uid(dashboardUid(name))
    .description(description)
    .tags(['ticketaka'])
    .timezone('browser')
    .time({ from: 'now-3h', to: 'now' })
    .refresh('30s')
    .tooltip(DashboardCursorSync.Crosshair)
    // It is in git: what is changed in Grafana would be lost.
    .readonly()
    .withVariable(new DatasourceVariableBuilder('datasource').label('Prometheus').type('prometheus'));
  let id = 0;
  for (const row of rows.filter(({ panels }) => panels.length > 0)) {
    builder.withRow(new RowBuilder(row.title).id(++id));
    for (const panel of row.panels) builder.withPanel(panelOf(panel, ++id));
  }
  return builder.build();
}

function panelOf(spec: PanelSpec, id: number): Builder<GrafanaPanel> {
  return spec.redFrom === undefined ? graph(spec).id(id) : number(spec, spec.redFrom).id(id);
}

function graph({ title, description, unit, queries }: PanelSpec): GraphBuilder {
  const builder = new GraphBuilder()
    .title(title)
    .description(description)
    .datasource(datasource)
    .unit(unit)
    .span(8)
    .height(8)
    .fillOpacity(8)
    .legend(new VizLegendOptionsBuilder().displayMode(LegendDisplayMode.List).showLegend(true))
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi));
  for (const query of withIds(queries)) builder.withTarget(target(query).range());
  return builder;
}

function number({ title, description, unit, queries }: PanelSpec, redFrom: number): StatBuilder {
  const builder = new StatBuilder()
    .title(title)
    .description(description)
    .datasource(datasource)
    .unit(unit)
    .span(4)
    .height(8)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .thresholds(
      new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([
        { value: null, color: 'green' },
        { value: redFrom, color: 'red' },
      ]),
    );
  for (const query of withIds(queries)) builder.withTarget(target(query).instant());
  return builder;
}

interface IdentifiedQuery extends Query {
  readonly id: string;
}

/** Grafana keeps the results of a panel apart by these. */
function withIds(queries: readonly Query[]): readonly IdentifiedQuery[] {
  return queries.map((query, index) => ({ ...query, id: String.fromCodePoint(65 + index) }));
}

function target({ expr, legend, id }: IdentifiedQuery): DataqueryBuilder {
  return new DataqueryBuilder().datasource(datasource).refId(id).expr(expr).legendFormat(legend);
}
