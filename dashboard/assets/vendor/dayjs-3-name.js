/* dash-mantine-components looks the locale up under a name with a hyphen; dayjs publishes it with an underscore. */
window["dayjs_locale_zh-cn"] = window.dayjs_locale_zh_cn;
