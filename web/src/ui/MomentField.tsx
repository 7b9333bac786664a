import { parseAbsolute, type ZonedDateTime } from "@internationalized/date";
import { Button as AriaButton } from "react-aria-components/Button";
import {
  Calendar,
  CalendarCell,
  CalendarGrid,
  CalendarGridBody,
  CalendarGridHeader,
  CalendarHeaderCell,
  CalendarHeading,
} from "react-aria-components/Calendar";
import { DateInput, DatePicker, DateSegment } from "react-aria-components/DatePicker";
import { Dialog } from "react-aria-components/Dialog";
import { Group } from "react-aria-components/Group";
import { Label } from "react-aria-components/Label";
import { Popover } from "react-aria-components/Popover";
import { buttonClass } from "./Button.tsx";
import controls from "./controls.module.css";
import { Escape } from "./Escape.tsx";
import { BackIcon, CalendarIcon } from "./icons.tsx";
import style from "./MomentField.module.css";

interface Props {
  label: string;
  wrong?: string | undefined;
  /** RFC 3339, in UTC. */
  value: string;
  zone: string;
  onChange: (value: string) => void;
}

/** A day and a time in a zone, typed or chosen from a calendar. */
export function MomentField({ label, wrong, value, zone, onChange }: Props) {
  return (
    <DatePicker<ZonedDateTime>
      className={controls.field!}
      value={parseAbsolute(value, zone)}
      onChange={(moment) => moment && onChange(`${moment.toAbsoluteString().slice(0, 19)}Z`)}
      granularity="minute"
      hourCycle={24}
      hideTimeZone
      isRequired
      isInvalid={!!wrong}
      shouldForceLeadingZeros
    >
      <Label className={controls.label!}>{label}</Label>
      <Group className={style.group!}>
        <DateInput className={style.input!}>
          {(segment) => <DateSegment segment={segment} className={style.segment!} />}
        </DateInput>
        <AriaButton className={`${buttonClass({ kind: "quiet", icon: true })} ${style.open}`}>
          <CalendarIcon />
        </AriaButton>
      </Group>
      {wrong && <p className={controls.wrong}>{wrong}</p>}
      <Popover className={style.popover!}>
        <Escape />
        <Dialog className={style.dialog!}>
          <Days />
        </Dialog>
      </Popover>
    </DatePicker>
  );
}

function Days() {
  const turn = buttonClass({ kind: "quiet", icon: true });
  return (
    <Calendar>
      <header className={style.month}>
        <AriaButton slot="previous" className={turn}>
          <BackIcon />
        </AriaButton>
        <CalendarHeading className={style.name!} />
        <AriaButton slot="next" className={`${turn} ${style.next}`}>
          <BackIcon />
        </AriaButton>
      </header>
      <CalendarGrid className={style.grid!}>
        <CalendarGridHeader>
          {(day) => <CalendarHeaderCell className={style.weekday!}>{day}</CalendarHeaderCell>}
        </CalendarGridHeader>
        <CalendarGridBody>{(date) => <CalendarCell date={date} className={style.cell!} />}</CalendarGridBody>
      </CalendarGrid>
    </Calendar>
  );
}
