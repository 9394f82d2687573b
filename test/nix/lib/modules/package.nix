{ curll }: curll
